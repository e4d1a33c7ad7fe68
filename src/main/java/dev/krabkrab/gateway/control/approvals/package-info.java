/** Exec approvals, and the document that says when an approval is required. */
@NullMarked
package dev.krabkrab.gateway.control.approvals;

import org.jspecify.annotations.NullMarked;
