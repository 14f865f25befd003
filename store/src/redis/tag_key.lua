-- The key for tags of clients, made if there is none.
-- KEYS: its name. ARGV: a proposal, its time (ms). Answers {key, rest of its time (ms)}.
local found = redis.call('GET', KEYS[1])
if found then
  return { found, redis.call('PTTL', KEYS[1]) }
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { ARGV[1], tonumber(ARGV[2]) }
