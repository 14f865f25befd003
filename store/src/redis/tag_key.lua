-- The key for tags of clients, made of a proposal if there is none. Answers {key, rest of its time (ms)}.
local name = KEYS[1]
local proposal, lifetime = ARGV[1], ARGV[2]

local found = redis.call('GET', name)
if found then
  return { found, redis.call('PTTL', name) }
end
redis.call('SET', name, proposal, 'PX', lifetime)
return { proposal, tonumber(lifetime) }
