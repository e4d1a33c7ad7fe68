/** Pairing of devices: requests, approvals and device tokens. */
@NullMarked
package dev.krabkrab.gateway.access.pairing;

import org.jspecify.annotations.NullMarked;
