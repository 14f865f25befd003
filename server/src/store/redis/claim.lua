-- Spends a view, or repeats a claim whose lease runs.
-- KEYS: ciphertext under the proof's name, record, a name that never exists, leased ciphertext,
-- wrong tries of this client.
-- ARGV: access verifier, tombstone's time (ms), lease's token, lease's time (ms; 0 for none),
-- limits of wrong tries.
-- Answers {word[, envelope, views left | state | wait (ms)]}.
--
-- The first write is one that needs no memory: a server whose memory is full refuses a script
-- that begins with one that may, and lets one go on that has begun otherwise.
local found = redis.call('HMGET', KEYS[2], 's', 'x', 'a', 'l', 't', 'k')
if not found[2] then
  return { 'unknown' }
end
local ended, expiry, leases = found[1], tonumber(found[2]), found[6] or ''
local lasts = tonumber(ARGV[4])
if not ended and now >= expiry then
  redis.call('GETDEL', KEYS[1])
  bury(KEYS[2], 'expired', expiry, nil, ARGV[2])
  return { 'gone', 'expired' }
end
if lasts > 0 then
  local left = lease_of(leases, ARGV[3])
  local envelope = left and redis.call('GET', ended and KEYS[4] or KEYS[1])
  if envelope then
    return { 'granted', envelope, left }
  end
end
if ended then
  return { 'gone', ended }
end
local refusal = prove(KEYS[1], KEYS[2], KEYS[3], KEYS[5], found[3], 5)
if refusal then
  return refusal
end
local left = tonumber(found[4]) - 1
local envelope = redis.call('GET', KEYS[1])
if not envelope then
  -- Nothing may have been written yet, and the name that never exists is a harmless first.
  redis.call('GETDEL', KEYS[3])
  bury(KEYS[2], 'lost', now, nil, ARGV[2])
  return { 'gone', 'lost' }
end
if left > 0 then
  redis.call('GETDEL', KEYS[3])
elseif lasts > 0 then
  -- Moved, so that there are never two of it.
  redis.call('RENAME', KEYS[1], KEYS[4])
  redis.call('PEXPIREAT', KEYS[4], string.format('%.0f', now + lasts))
else
  redis.call('DEL', KEYS[1])
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
if lasts > 0 then
  redis.call('HSET', KEYS[2], 'k', with_lease(leases, ARGV[3], now + lasts, left))
end
return { 'granted', envelope, left }
