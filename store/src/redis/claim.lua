-- Spends a view, or repeats a claim whose lease runs. The ciphertext is named by the proof that is
-- shown; `absent` never exists. Times are in ms; a lease of 0 is none.
-- Answers {word[, envelope, views left | state | wait (ms) | failed attempts (attempts.lua)]}.
local ciphertext, record, absent, leased_ciphertext, attempts = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local access_verifier, tombstone_time, lease_name, lease_time = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

-- The first write is one that needs no memory: a server whose memory is full refuses a script
-- that begins with one that may, and lets one go on that has begun otherwise.
local state, expiry, left, opened, leases, verifier, failed =
  unpack(redis.call('HMGET', record, 's', 'x', 'l', 't', 'k', 'a', 'w'))
if not expiry then
  return { 'unknown' }
end
expiry, leases = tonumber(expiry), leases or ''
local lasts = tonumber(lease_time)
if not state and now >= expiry then
  redis.call('GETDEL', ciphertext)
  bury(record, 'expired', expiry, tombstone_time)
  return { 'gone', 'expired' }
end
local repeated = lasts > 0 and leases ~= '' and left_of(leases, lease_name)
if repeated and repeated ~= ACKNOWLEDGED then
  local envelope = redis.call('GET', state and leased_ciphertext or ciphertext)
  if envelope then
    return { 'granted', envelope, repeated }
  end
end
if state then
  return { 'gone', state }
end
if repeated == ACKNOWLEDGED then
  return { 'acknowledged' }
end
local refusal = prove(access_verifier, verifier, failed, ciphertext, record, absent, attempts, tombstone_time)
if refusal then
  return refusal
end
left = tonumber(left) - 1
local last = left == 0
local envelope = redis.call(last and 'GETDEL' or 'GET', ciphertext)
if not last then
  -- Nothing has been written yet, and the name that never exists is a harmless first.
  redis.call('GETDEL', absent)
end
if not envelope then
  bury(record, 'lost', now, tombstone_time)
  return { 'gone', 'lost' }
end
opened = opened and opened .. ',' .. now_text or now_text
leases = lasts > 0 and with_lease(leases, lease_name, now + lasts, left)
if last and leases then
  -- It was taken away above, so that there are never two of it.
  redis.call('SET', leased_ciphertext, envelope, 'PX', lease_time)
  bury(record, 'opened', now, tombstone_time, 't', opened, 'k', leases)
elseif last then
  bury(record, 'opened', now, tombstone_time, 't', opened)
elseif leases then
  redis.call('HSET', record, 't', opened, 'l', left, 'k', leases)
else
  redis.call('HSET', record, 't', opened, 'l', left)
end
return { 'granted', envelope, left }
