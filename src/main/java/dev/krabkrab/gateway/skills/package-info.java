/** What skills need on a node. */
@NullMarked
package dev.krabkrab.gateway.skills;

import org.jspecify.annotations.NullMarked;
