/** Who did what, from where and when: an append-only, hash-chained stream in Redis. */
@NullMarked
package dev.krabkrab.gateway.access.audit;

import org.jspecify.annotations.NullMarked;
