/** Exec approvals, and the document that says when somebody has to be asked. */
@NullMarked
package dev.krabkrab.gateway.approvals;

import org.jspecify.annotations.NullMarked;
