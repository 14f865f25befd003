-- Ends a lease.
-- KEYS: record, leased ciphertext. ARGV: lease's token. Answers {word}.
local found = redis.call('HMGET', KEYS[1], 's', 'x', 'k')
if not found[2] then
  return { 'unknown' }
end
local others, run, own = sift(found[3] or '', ARGV[1])
if own then
  -- A first write that a full memory does not refuse.
  redis.call('HDEL', KEYS[1], 'k')
  if found[1] and not run then
    -- The last view is spent, and nobody may fetch it again.
    redis.call('GETDEL', KEYS[2])
  else
    redis.call('HSET', KEYS[1], 'k', others .. string.sub(own, 1, 30) .. ACKNOWLEDGED)
  end
end
return { 'ended' }
