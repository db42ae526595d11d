"""Who runs when: queues, batches, deadlines, fairness, execution slots."""
