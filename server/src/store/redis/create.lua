-- Stores a secret: ciphertext and record, each with its expiry, or nothing.
-- KEYS: ciphertext, record. ARGV: envelope, access verifier, owner verifier, ttl (ms),
-- views, the record's time (ms), wrong tries that burn it (or nothing), bytes of the envelope,
-- quota group (or nothing; 'over' where its quota has no room for anything new).
-- Answers {word[, expiry]}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('EXISTS', KEYS[2]) == 1 then
  local found = redis.call('HMGET', KEYS[2], 'c', 'x', 's', 'n', 'a', 'o', 'f')
  local same = not found[3] and now < tonumber(found[2])
    and tonumber(found[2]) - tonumber(found[1]) == tonumber(ARGV[4])
    and found[4] == ARGV[5] and found[5] == ARGV[2] and found[6] == ARGV[3]
    and (found[7] or '') == ARGV[7] and redis.call('GET', KEYS[1]) == ARGV[1]
  if same then
    return { 'again', found[2] }
  end
  return { 'taken', false }
end
if ARGV[9] == 'over' then
  return { 'over', false }
end
-- Made of the strings that are there: to format a number is dear.
local created = time[1] .. string.sub('00000' .. time[2], -6, -4)
local expiry = string.format('%.0f', now + ARGV[4])
redis.call('SET', KEYS[1], ARGV[1], 'PXAT', expiry)
-- Fields and values in pairs.
-- stylua: ignore
redis.call('HSET', KEYS[2], 'c', created, 'x', expiry, 'n', ARGV[5], 'l', ARGV[5],
  'z', ARGV[8], 'a', ARGV[2], 'o', ARGV[3])
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[2], 'f', ARGV[7])
end
if ARGV[9] ~= '' then
  redis.call('HSET', KEYS[2], 'y', ARGV[9])
end
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return { 'stored', expiry }
