/** Such as `12 MHz`. */
export const megahertz = (hertz: number): string => `${Number((hertz / 1e6).toFixed(6))} MHz`;
