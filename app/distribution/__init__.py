"""Distribution (发放): who must have what, receipts and objections (签收、异议), transmittals, controlled copies."""
