-- Spends a view, or repeats a claim whose lease runs.
-- KEYS: ciphertext under the proof's name, record, a name that never exists, leased ciphertext,
-- wrong tries of this client.
-- ARGV: access verifier, tombstone's time (ms), lease's token, lease's time (ms; 0 for none).
-- Answers {word[, envelope, views left | state | wait (ms) | failed attempts (tries.lua)]}.
--
-- The first write is one that needs no memory: a server whose memory is full refuses a script
-- that begins with one that may, and lets one go on that has begun otherwise.
local found = redis.call('HMGET', KEYS[2], 's', 'x', 'l', 't', 'k', 'a', 'w')
if not found[2] then
  return { 'unknown' }
end
local ended, expiry, leases = found[1], tonumber(found[2]), found[5] or ''
local lasts = tonumber(ARGV[4])
if not ended and now >= expiry then
  redis.call('GETDEL', KEYS[1])
  bury(KEYS[2], 'expired', expiry, ARGV[2])
  return { 'gone', 'expired' }
end
local repeated = lasts > 0 and leases ~= '' and left_of(leases, ARGV[3])
if repeated and repeated ~= ACKNOWLEDGED then
  local envelope = redis.call('GET', ended and KEYS[4] or KEYS[1])
  if envelope then
    return { 'granted', envelope, repeated }
  end
end
if ended then
  return { 'gone', ended }
end
if repeated == ACKNOWLEDGED then
  return { 'acknowledged' }
end
local refusal = prove(KEYS[1], KEYS[2], KEYS[3], KEYS[5], found[6], found[7])
if refusal then
  return refusal
end
local left = tonumber(found[3]) - 1
local last = left == 0
local envelope = redis.call(last and 'GETDEL' or 'GET', KEYS[1])
if not last then
  -- Nothing has been written yet, and the name that never exists is a harmless first.
  redis.call('GETDEL', KEYS[3])
end
if not envelope then
  bury(KEYS[2], 'lost', now, ARGV[2])
  return { 'gone', 'lost' }
end
local opened = found[4] and found[4] .. ',' .. now_text or now_text
leases = lasts > 0 and with_lease(leases, ARGV[3], now + lasts, left)
if last and leases then
  -- It was taken away above, so that there are never two of it.
  redis.call('SET', KEYS[4], envelope, 'PX', ARGV[4])
  bury(KEYS[2], 'opened', now, ARGV[2], 't', opened, 'k', leases)
elseif last then
  bury(KEYS[2], 'opened', now, ARGV[2], 't', opened)
elseif leases then
  redis.call('HSET', KEYS[2], 't', opened, 'l', left, 'k', leases)
else
  redis.call('HSET', KEYS[2], 't', opened, 'l', left)
end
return { 'granted', envelope, left }
