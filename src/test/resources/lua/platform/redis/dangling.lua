-- include platform/redis/nowhere.lua
-- Includes one that is not there.
return 1
