-- Answers an error of its own.
return redis.error_reply('REFUSED because asked to')
