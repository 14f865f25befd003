-- Turns the record of a secret whose time has come into a tombstone.
-- KEYS: record, a name that never exists. ARGV: tombstone's time (ms).
-- Answers {quota group, bytes of the envelope, age (ms)}, or {} where it counts against none.
local found = redis.call('HMGET', KEYS[1], 'x', 's', 'y', 'z', 'c', 'o')
local expiry, created = tonumber(found[1] or ''), tonumber(found[5] or '')
-- Without an owner it is somebody else's, who happens to have taken such a name.
if not (expiry and created and found[6]) then
  return {}
end
if not found[2] and now >= expiry then
  -- A first write that a full memory does not refuse.
  redis.call('GETDEL', KEYS[2])
  bury(KEYS[1], 'expired', expiry, ARGV[1])
  found[4] = false
end
if not found[3] then
  return {}
end
return { tonumber(found[3]), tonumber(found[4] or 0), math.max(0, now - created) }
