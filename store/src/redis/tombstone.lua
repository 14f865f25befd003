-- Put in front of the scripts that end a secret, behind clock.lua.

-- A time as the record holds it. Lua alone would round a number of this size.
local function stamp(millis)
  return millis == now and now_text or string.format('%.0f', millis)
end

-- Turns the record into a tombstone that is kept for so long (ms): times, counts and the owner's
-- verifier stay. Further fields and their values follow.
local function bury(record, state, at, keep, ...)
  redis.call('HDEL', record, 'a', 'z', 'l', 'k')
  redis.call('HSET', record, 's', state, 'e', stamp(at), ...)
  if at == now then
    redis.call('PEXPIRE', record, keep)
  else
    redis.call('PEXPIREAT', record, stamp(at + keep))
  end
end
