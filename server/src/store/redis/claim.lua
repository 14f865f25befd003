-- Spends a view.
-- KEYS: ciphertext under the proof's name, record, a name that never exists.
-- ARGV: access verifier, tombstone's time (ms).
-- Answers {word[, envelope, views left | state]}.
--
-- The first write is a GETDEL: a server whose memory is full refuses a script that begins
-- with a write that may need memory, and lets one go on that has begun to free some.
local found = redis.call('HMGET', KEYS[2], 's', 'x', 'a', 'l', 't')
if not found[2] then
  return { 'unknown' }
end
if found[1] then
  return { 'gone', found[1] }
end
local expiry = tonumber(found[2])
if now >= expiry then
  redis.call('GETDEL', KEYS[1])
  bury(KEYS[2], 'expired', expiry, nil, ARGV[2])
  return { 'gone', 'expired' }
end
if found[3] ~= ARGV[1] then
  return { 'wrong' }
end
local left = tonumber(found[4]) - 1
local envelope
if left == 0 then
  envelope = redis.call('GETDEL', KEYS[1])
else
  redis.call('GETDEL', KEYS[3])
  envelope = redis.call('GET', KEYS[1])
end
if not envelope then
  -- Nothing may have been written yet, and the name that never exists is a harmless first.
  redis.call('GETDEL', KEYS[3])
  bury(KEYS[2], 'lost', now, nil, ARGV[2])
  return { 'gone', 'lost' }
end
local opened = string.format('%.0f', now)
if found[5] then
  opened = found[5] .. ',' .. opened
end
redis.call('HSET', KEYS[2], 't', opened)
if left == 0 then
  bury(KEYS[2], 'opened', now, nil, ARGV[2])
else
  redis.call('HSET', KEYS[2], 'l', left)
end
return { 'granted', envelope, left }
