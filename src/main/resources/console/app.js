import {html, render} from 'lit-html';

render(html``, document.body);
