-- Stores a secret: ciphertext and record, each with its expiry, or nothing. Answers {word[, expiry]}.
local ciphertext, record = KEYS[1], KEYS[2]
local envelope, access_verifier, owner_verifier = ARGV[1], ARGV[2], ARGV[3]
-- Times in ms: the secret's, and the record's with its tombstone.
local ttl, views, record_time = ARGV[4], ARGV[5], ARGV[6]
-- The failed attempts that destroy it, or ''; bytes of the envelope; the quota group, or '', or 'over'
-- where its quota has no room for anything new.
local attempt_limit, size, quota_group = ARGV[7], ARGV[8], ARGV[9]

if redis.call('EXISTS', record) == 1 then
  local created, expiry, state, max_views, access, owner, most =
    unpack(redis.call('HMGET', record, 'c', 'x', 's', 'n', 'a', 'o', 'f'))
  local same = not state
    and now < tonumber(expiry)
    and tonumber(expiry) - tonumber(created) == tonumber(ttl)
    and max_views == views
    and access == access_verifier
    and owner == owner_verifier
    and (most or '') == attempt_limit
    and redis.call('GET', ciphertext) == envelope
  if same then
    return { 'again', expiry }
  end
  return { 'taken', false }
end
if quota_group == 'over' then
  return { 'over', false }
end
local expiry = string.format('%.0f', now + ttl)
redis.call('SET', ciphertext, envelope, 'PXAT', expiry)
-- Fields and values in pairs.
-- stylua: ignore
redis.call('HSET', record, 'c', now_text, 'x', expiry, 'n', views, 'l', views,
  'z', size, 'a', access_verifier, 'o', owner_verifier)
if attempt_limit ~= '' then
  redis.call('HSET', record, 'f', attempt_limit)
end
if quota_group ~= '' then
  redis.call('HSET', record, 'y', quota_group)
end
redis.call('PEXPIRE', record, record_time)
return { 'stored', expiry }
