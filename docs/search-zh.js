// How is a Chinese book searched? mdBook's index cuts text into words at spaces, of which Chinese has none. So the words
// are looked for as they are, in the texts that the index brings along.
"use strict";

{
  const load = elasticlunr.Index.load.bind(elasticlunr.Index);
  elasticlunr.Index.load = (data) => {
    const index = load(data);
    const docs = Object.entries(index.documentStore.docs);
    index.search = (searched) => {
      const words = searched.toLowerCase().split(/\s+/).filter(Boolean);
      const count = (text, word) => text.toLowerCase().split(word).length - 1;
      const found = docs.map(([ref, doc]) => {
        const scores = words.map((word) => count(doc.body, word) + 10 * count(`${doc.title} ${doc.breadcrumbs}`, word));
        return { ref, doc, score: scores.includes(0) ? 0 : scores.reduce((sum, score) => sum + score, 0) };
      });
      return found.filter(({ score }) => score > 0).sort((one, other) => other.score - one.score);
    };
    return index;
  };
  // Chinese is not always typed key by key.
  const bar = document.getElementById("mdbook-searchbar");
  bar.addEventListener("input", () => bar.dispatchEvent(new KeyboardEvent("keyup")));
}
