/** Health and status of the gateway, also in hello-ok. Protocol 03 §1, §2. */
@NullMarked
package dev.krabkrab.gateway.edge.health;

import org.jspecify.annotations.NullMarked;
