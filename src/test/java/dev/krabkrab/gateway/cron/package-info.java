@NullMarked
package dev.krabkrab.gateway.cron;

import org.jspecify.annotations.NullMarked;
