-- Put in front of the scripts that look at a recipient's proof, behind `waits`, which is made from
-- store/attempt_limit.rs: answers for how long (ms) failed attempts make wait, those of one caller
-- and those of all as lists, and for how long after its last one a caller is remembered.

-- Looks at the proof, if this caller need not wait; counts a wrong one, and burns the secret
-- where its sender wants that. `tried` is the record's w. Answers nothing for a right proof, else
-- what the script is to answer; of a wrong one how many the caller and all have made, and how many
-- burn it (0 for none). Everything has its expiry: the caller's count its own, the rest the
-- record's.
local function prove(ciphertext, record, absent, caller, verifier, tried)
  -- Before the first wrong one nobody can have tried too often.
  if not tried and verifier == ARGV[1] then
    return nil
  end
  local of_caller, of_all, kept = waits()
  local found = redis.call('HMGET', record, 'q', 'f')
  local own, all, most = tonumber(redis.call('GET', caller) or 0), tonumber(tried or 0), tonumber(found[2])
  local wait = 0
  if own > 0 then
    -- What is left of its expiry says when the last one was.
    wait = of_caller[math.min(own, #of_caller)] - kept + redis.call('PTTL', caller)
  end
  if all > 0 then
    wait = math.max(wait, of_all[(all - 1) % #of_all + 1] + tonumber(found[1]) - now)
  end
  if wait > 0 then
    return { 'wait', wait }
  end
  if verifier == ARGV[1] then
    return nil
  end
  -- A first write that a full memory does not refuse.
  redis.call('GETDEL', absent)
  own = redis.call('INCR', caller)
  redis.call('PEXPIRE', caller, kept)
  redis.call('HSET', record, 'q', now_text)
  all = redis.call('HINCRBY', record, 'w', 1)
  if most and all >= most then
    -- The proof was wrong, so the ciphertext's name is the record's to tell.
    redis.call('DEL', string.sub(ciphertext, 1, #ciphertext - #ARGV[1]) .. verifier)
    bury(record, 'burned', now, ARGV[2], 'b', 'tries')
    return { 'gone', 'burned' }
  end
  return { 'wrong', own, all, most or 0 }
end
