// The parties of our samples, known to config/directory.demo.json, and how text goes into XML.
export const supplier = { siret: '79955500800017', name: 'Atelier Bois & Métal', vat: 'FR51799555008' };
export const townHall = { siret: '53514650090018', name: 'Caisse des marchés de démonstration' };
export const serviced = { siret: '75356054900010', name: 'Métropole de démonstration', service: 'SERV1' };

export const xmlText = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
export const wrap = (base64) => base64.replace(/(.{76})/g, '$1\n');
