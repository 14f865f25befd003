-- Destroys what is left of a secret, for its sender. Answers {word[, state]}.
--
-- The ciphertext's whole name is known to the record alone: what is given lacks the verifier that
-- ends it. It has the record's hash tag, so the two always live on the same node.
local record, ciphertext_stem, leased_ciphertext = KEYS[1], KEYS[2], KEYS[3]
local owner_verifier, tombstone_time = ARGV[1], ARGV[2]

local state, expiry, verifier, destroyed_by, owner = unpack(redis.call('HMGET', record, 's', 'x', 'a', 'b', 'o'))
if not expiry then
  return { 'unknown' }
end
if owner ~= owner_verifier then
  return { 'not sender' }
end
if state == 'destroyed' and destroyed_by == 'sender' then
  return { 'destroyed' }
end
if state then
  -- Too late for the view that was spent, and not for its repetition.
  redis.call('GETDEL', leased_ciphertext)
  redis.call('HDEL', record, 'k')
  return { 'gone', state }
end
expiry = tonumber(expiry)
redis.call('GETDEL', ciphertext_stem .. verifier)
if now >= expiry then
  bury(record, 'expired', expiry, tombstone_time)
  return { 'gone', 'expired' }
end
bury(record, 'destroyed', now, tombstone_time, 'b', 'sender')
return { 'destroyed' }
