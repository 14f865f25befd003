-- Put in front of the scripts that end a secret.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- The same as the record holds it, made of the strings that are there: to format a number is dear.
local now_text = time[1] .. string.sub('00000' .. time[2], -6, -4)

-- A time as the record holds it. Lua alone would round a number of this size.
local function stamp(millis)
  return millis == now and now_text or string.format('%.0f', millis)
end

-- Turns the record into a tombstone: times, counts and the owner's verifier stay. Further fields
-- and their values follow.
local function bury(record, state, at, keep, ...)
  redis.call('HDEL', record, 'a', 'z', 'l', 'k')
  redis.call('HSET', record, 's', state, 'e', stamp(at), ...)
  if at == now then
    redis.call('PEXPIRE', record, keep)
  else
    redis.call('PEXPIREAT', record, stamp(at + keep))
  end
end
