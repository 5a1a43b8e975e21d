import { Link } from '@tanstack/react-router'
import { Command } from './Command'

/** For somebody who can read nothing yet: three ways to begin. */
export function FirstSteps() {
  return (
    <div className="cards">
      <section className="card">
        <h2>Find data</h2>
        <p>Search products, read what they promise, and ask for access. Whoever answers for the data decides.</p>
        <p>
          <Link to="/marketplace" className="button button-main">
            Open the marketplace
          </Link>
        </p>
      </section>
      <section className="card">
        <h2>Publish data</h2>
        <p>A domain is about eight lines in a repository. From there its tables become products with a contract.</p>
        <Command line="tessera new domain NAME" />
      </section>
      <section className="card">
        <h2>Learn in a minute</h2>
        <p>An insurer of six domains on your own machine: from its sources to masked answers, step by step.</p>
        <Command line="tessera demo" />
      </section>
    </div>
  )
}
