-- Turns the record of a secret whose time has come into a tombstone.
-- KEYS: record, a name that never exists. ARGV: tombstone's time (ms).
local found = redis.call('HMGET', KEYS[1], 'x', 's')
if found[1] and not found[2] and now >= tonumber(found[1]) then
  -- A first write that a full memory does not refuse.
  redis.call('GETDEL', KEYS[2])
  bury(KEYS[1], 'expired', tonumber(found[1]), ARGV[1])
end
