-- Put in front of the scripts that end a secret.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Turns the record into a tombstone: times, counts and the owner's verifier stay.
local function bury(record, state, at, by, keep)
  redis.call('HDEL', record, 'a', 'z', 'l', 'k', 'h', 'u')
  redis.call('HSET', record, 's', state, 'e', string.format('%.0f', at))
  if by then
    redis.call('HSET', record, 'b', by)
  end
  redis.call('PEXPIREAT', record, string.format('%.0f', at + keep))
end
