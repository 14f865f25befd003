-- Destroys what is left of a secret, for its sender.
-- KEYS: record, the ciphertext's name without the verifier that ends it, leased ciphertext.
-- ARGV: owner verifier, tombstone's time (ms).
--
-- The ciphertext's whole name is known to the record alone. It has the record's hash tag,
-- so the two always live on the same node.
local found = redis.call('HMGET', KEYS[1], 's', 'x', 'a', 'b', 'o')
if not found[2] then
  return { 'unknown' }
end
if found[5] ~= ARGV[1] then
  return { 'not sender' }
end
if found[1] == 'burned' and found[4] == 'sender' then
  return { 'burned' }
end
if found[1] then
  -- Too late for the view that was spent, and not for its repetition.
  redis.call('GETDEL', KEYS[3])
  redis.call('HDEL', KEYS[1], 'k')
  return { 'gone', found[1] }
end
local ciphertext = KEYS[2] .. found[3]
local expiry = tonumber(found[2])
redis.call('GETDEL', ciphertext)
if now >= expiry then
  bury(KEYS[1], 'expired', expiry, ARGV[2])
  return { 'gone', 'expired' }
end
bury(KEYS[1], 'burned', now, ARGV[2], 'b', 'sender')
return { 'burned' }
