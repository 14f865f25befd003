-- Turns the record of a secret whose time has come into a tombstone.
-- KEYS: record, a name that never exists. ARGV: tombstone's time (ms).
local found = redis.call('HMGET', KEYS[1], 'x', 's', 'o')
local expiry = tonumber(found[1] or '')
-- Without an owner it is somebody else's, who happens to have taken such a name.
if expiry and found[3] and not found[2] and now >= expiry then
  -- A first write that a full memory does not refuse.
  redis.call('GETDEL', KEYS[2])
  bury(KEYS[1], 'expired', expiry, ARGV[1])
end
