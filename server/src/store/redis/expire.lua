-- Turns the record of a secret whose time has come into a tombstone.
-- KEYS: record, a name that never exists. ARGV: tombstone's time (ms).
-- Answers {quota group, bytes of the envelope, age (ms)}, or {} where it counts against none.
local found = redis.call('HMGET', KEYS[1], 'x', 's', 'y', 'z', 'c')
if found[1] and not found[2] and now >= tonumber(found[1]) then
  -- A first write that a full memory does not refuse.
  redis.call('GETDEL', KEYS[2])
  bury(KEYS[1], 'expired', tonumber(found[1]), ARGV[1])
  found[4] = false
end
if not found[3] then
  return {}
end
return { tonumber(found[3]), tonumber(found[4] or 0), math.max(0, now - tonumber(found[5])) }
