-- Turns the record of a secret whose time has come into a tombstone; `absent` never exists.
-- Answers {quota group, bytes of the envelope, age (ms)}, or {} where it counts against none.
local record, absent = KEYS[1], KEYS[2]
local tombstone_time = ARGV[1]

local expiry, state, quota_group, size, created, owner =
  unpack(redis.call('HMGET', record, 'x', 's', 'y', 'z', 'c', 'o'))
expiry, created = tonumber(expiry or ''), tonumber(created or '')
-- Without an owner it is somebody else's, who happens to have taken such a name.
if not (expiry and created and owner) then
  return {}
end
if not state and now >= expiry then
  -- A first write that a full memory does not refuse.
  redis.call('GETDEL', absent)
  bury(record, 'expired', expiry, tombstone_time)
  size = false
end
if not quota_group then
  return {}
end
return { tonumber(quota_group), tonumber(size or 0), math.max(0, now - created) }
