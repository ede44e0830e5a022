export { type LocalDeliveryOptions, localDelivery } from './local-delivery.js';
export { type LocalIntakeOptions, localIntake } from './local-intake.js';
