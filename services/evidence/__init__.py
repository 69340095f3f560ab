"""佐证材料文件: kept by digest, told by content, received, listed, handed out and checked."""
