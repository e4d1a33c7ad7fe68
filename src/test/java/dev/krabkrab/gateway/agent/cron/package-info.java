@NullMarked
package dev.krabkrab.gateway.agent.cron;

import org.jspecify.annotations.NullMarked;
