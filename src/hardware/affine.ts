export * from '../network/affine.js';
