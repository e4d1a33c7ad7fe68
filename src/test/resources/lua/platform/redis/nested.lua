-- include platform/redis/including.lua
-- Includes one that includes another one.
return 1
