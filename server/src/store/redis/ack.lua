-- Ends a lease.
-- KEYS: record, leased ciphertext. ARGV: lease's token. Answers {word}.
local found = redis.call('HMGET', KEYS[1], 's', 'x', 'k')
if not found[2] then
  return { 'unknown' }
end
if found[3] and lease_of(found[3], ARGV[1]) then
  local rest = without_lease(found[3], ARGV[1])
  if rest == '' then
    -- There is one only when the last view was spent. A first write that a full memory does
    -- not refuse.
    redis.call('GETDEL', KEYS[2])
    redis.call('HDEL', KEYS[1], 'k')
  else
    redis.call('HSET', KEYS[1], 'k', rest)
  end
end
return { 'ended' }
