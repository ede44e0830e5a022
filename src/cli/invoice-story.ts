export * from '../pipeline/invoice-story.js';
