/** The command blocks of the pages for operators, run as they stand there. */
@NullMarked
package dev.krabkrab.gateway.runbook;

import org.jspecify.annotations.NullMarked;
