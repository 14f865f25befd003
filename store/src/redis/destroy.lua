-- Destroys what is left of a secret, for a recipient. The ciphertext is named by the proof that is
-- shown; `absent` never exists. Answers {word[, state | wait (ms) | failed attempts (tries.lua)]}.
local ciphertext, record, absent, tries = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local access_verifier, tombstone_time = ARGV[1], ARGV[2]

local state, expiry, burned_by, verifier, failed = unpack(redis.call('HMGET', record, 's', 'x', 'b', 'a', 'w'))
if not expiry then
  return { 'unknown' }
end
if state == 'burned' and burned_by == 'recipient' then
  return { 'burned' }
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
local refusal = prove(access_verifier, verifier, failed, ciphertext, record, absent, tries, tombstone_time)
if refusal then
  return refusal
end
redis.call('GETDEL', ciphertext)
bury(record, 'burned', now, tombstone_time, 'b', 'recipient')
return { 'burned' }
