-- Put in front of the scripts that look at a recipient's proof, behind tombstone.lua and `waits`,
-- which is made from store/src/attempt_waits.rs: answers for how long (ms) failed attempts make wait,
-- those of one caller and those of all as lists, and for how long after its last one a caller is
-- remembered.

-- Looks at the proof, if this caller need not wait; counts a wrong one, and destroys the secret
-- where its sender wants that. `shown` and `verifier` are of the proof and of the secret, `failed` is
-- the record's w, `attempts` the name of this caller's count. Answers nothing for a right proof, else
-- what the script is to answer; of a wrong one how many the caller and all have made, and how many
-- destroy it (0 for none). Everything has its expiry: the caller's count its own, the rest the
-- record's.
local function prove(shown, verifier, failed, ciphertext, record, absent, attempts, tombstone_time)
  -- Before the first wrong one nobody can have tried too often.
  if not failed and verifier == shown then
    return nil
  end
  local of_caller, of_all, kept = waits()
  local last_failed, most = unpack(redis.call('HMGET', record, 'q', 'f'))
  local own, all = tonumber(redis.call('GET', attempts) or 0), tonumber(failed or 0)
  local wait = 0
  if own > 0 then
    -- What is left of its expiry says when the last one was.
    wait = of_caller[math.min(own, #of_caller)] - kept + redis.call('PTTL', attempts)
  end
  if all > 0 then
    wait = math.max(wait, of_all[(all - 1) % #of_all + 1] + tonumber(last_failed) - now)
  end
  if wait > 0 then
    return { 'wait', wait }
  end
  if verifier == shown then
    return nil
  end
  -- A first write that a full memory does not refuse.
  redis.call('GETDEL', absent)
  own = redis.call('INCR', attempts)
  redis.call('PEXPIRE', attempts, kept)
  redis.call('HSET', record, 'q', now_text)
  all = redis.call('HINCRBY', record, 'w', 1)
  most = tonumber(most or 0)
  if most > 0 and all >= most then
    -- The proof was wrong, so the ciphertext's name is the record's to tell.
    redis.call('DEL', string.sub(ciphertext, 1, #ciphertext - #shown) .. verifier)
    bury(record, 'destroyed', now, tombstone_time, 'b', 'attempts')
    return { 'gone', 'destroyed' }
  end
  return { 'wrong', own, all, most }
end
