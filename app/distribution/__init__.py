"""Distribution (发放、签收、受控图): what was handed out to whom, who has confirmed it, which paper copies are out."""
