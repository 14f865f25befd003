-- Destroys what is left of a secret, for a recipient. The ciphertext is named by the proof that is
-- shown; `absent` never exists. Answers {word[, state | wait (ms) | failed attempts (attempts.lua)]}.
local ciphertext, record, absent, attempts = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local access_verifier, tombstone_time = ARGV[1], ARGV[2]

local state, expiry, destroyed_by, verifier, failed = unpack(redis.call('HMGET', record, 's', 'x', 'b', 'a', 'w'))
if not expiry then
  return { 'unknown' }
end
if state == 'destroyed' and destroyed_by == 'recipient' then
  return { 'destroyed' }
end
if state then
  return { 'gone', state }
end
expiry = tonumber(expiry)
if now >= expiry then
  redis.call('GETDEL', ciphertext)
  bury(record, 'expired', expiry, tombstone_time)
  return { 'gone', 'expired' }
end
local refusal = prove(access_verifier, verifier, failed, ciphertext, record, absent, attempts, tombstone_time)
if refusal then
  return refusal
end
redis.call('GETDEL', ciphertext)
bury(record, 'destroyed', now, tombstone_time, 'b', 'recipient')
return { 'destroyed' }
