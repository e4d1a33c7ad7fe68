/** Jobs that run at a time, at intervals or by a cron expression, each due time once. */
@NullMarked
package dev.krabkrab.gateway.agent.cron;

import org.jspecify.annotations.NullMarked;
