-- Destroys what is left of a secret, for a recipient.
-- KEYS: ciphertext under the proof's name, record, a name that never exists, wrong tries of this
-- client. ARGV: access verifier, tombstone's time (ms).
local found = redis.call('HMGET', KEYS[2], 's', 'x', 'b', 'a', 'w')
if not found[2] then
  return { 'unknown' }
end
if found[1] == 'burned' and found[3] == 'recipient' then
  return { 'burned' }
end
if found[1] then
  return { 'gone', found[1] }
end
local expiry = tonumber(found[2])
if now >= expiry then
  redis.call('GETDEL', KEYS[1])
  bury(KEYS[2], 'expired', expiry, ARGV[2])
  return { 'gone', 'expired' }
end
local refusal = prove(KEYS[1], KEYS[2], KEYS[3], KEYS[4], found[4], found[5])
if refusal then
  return refusal
end
redis.call('GETDEL', KEYS[1])
bury(KEYS[2], 'burned', now, ARGV[2], 'b', 'recipient')
return { 'burned' }
