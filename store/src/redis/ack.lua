-- Ends a lease. Answers {word}.
local record, leased_ciphertext = KEYS[1], KEYS[2]
local name = ARGV[1]

local state, expiry, leases = unpack(redis.call('HMGET', record, 's', 'x', 'k'))
if not expiry then
  return { 'unknown' }
end
local others, run, own = sift(leases or '', name)
if own then
  -- A first write that a full memory does not refuse.
  redis.call('HDEL', record, 'k')
  if state and not run then
    -- The last view is spent, and nobody may fetch it again.
    redis.call('GETDEL', leased_ciphertext)
  else
    redis.call('HSET', record, 'k', others .. string.sub(own, 1, 30) .. ACKNOWLEDGED)
  end
end
return { 'ended' }
