/** Tests of what other systems are told and believed. */
@NullMarked
package dev.krabkrab.gateway.channel.webhook;

import org.jspecify.annotations.NullMarked;
