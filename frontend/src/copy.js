// The pages of the interface need nothing but this.
import "./js/copy.js";
