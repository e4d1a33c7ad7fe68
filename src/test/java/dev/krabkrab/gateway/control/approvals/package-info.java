/** Exec approvals on several instances and one Redis. */
@NullMarked
package dev.krabkrab.gateway.control.approvals;

import org.jspecify.annotations.NullMarked;
