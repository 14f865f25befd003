-- The key of quota groups, made of a proposal if there is none; it lives on from now (ms). Answers
-- the key.
local name = KEYS[1]
local proposal, lifetime = ARGV[1], ARGV[2]

local found = redis.call('GET', name)
if found then
  redis.call('PEXPIRE', name, lifetime)
  return found
end
redis.call('SET', name, proposal, 'PX', lifetime)
return proposal
