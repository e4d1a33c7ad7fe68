/** How the gateway is: health, status, and what hello-ok tells of them. Protocol 03 §1, §2. */
@NullMarked
package dev.krabkrab.gateway.edge.health;

import org.jspecify.annotations.NullMarked;
